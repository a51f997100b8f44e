"""The party register (主体库): every party once, out of what all trading systems and the parties themselves have said."""
