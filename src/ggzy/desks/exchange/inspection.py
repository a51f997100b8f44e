"""Every file that a public record names must be one that the file store knows, whoever took it out of its table."""

from ggzy.commons.files.models import StoredFile
from ggzy.desks.exchange.models import Attached
from ggzy.kernel.oversight.examination.faults import Faults
from ggzy.kernel.oversight.examination.inspections import inspection
from ggzy.kernel.oversight.examination.whole import Moved


@inspection
def judge_attachments(faults: Faults, moved: Moved) -> str:
    """Name the attachments of public records whose files the platform no longer knows."""
    step = moved("附件", Attached.objects.count())
    stored = StoredFile.objects.all()
    for attached in Attached.objects.order_by("pk").iterator(500):
        if not stored.filter(pk=attached.digest).exists():
            faults.add(
                f"附件 {attached.digest}（记录 kernel_head {attached.head_id}）：commons_storedfile 里没有这个文件"
            )
        step()
    return "公开记录的附件逐个核对"
