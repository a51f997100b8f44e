"""What an examination has found wrong. No Django here."""

MOST = 100


class Faults:
    """One Chinese sentence a fault: which table or file, which row of it, what does not fit.

    The first hundred are kept in words, the others only counted.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.count = 0

    def add(self, text: str) -> None:
        """Something does not fit."""
        self.count += 1
        if len(self.texts) < MOST:
            self.texts.append(text)

    def __str__(self) -> str:
        more = self.count - len(self.texts)
        return "\n".join([*self.texts, *([f"另有 {more:,} 处不再列出。"] if more else [])])
