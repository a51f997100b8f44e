"""Who someone is, and in which roles: accounts, the roles they are granted, the parties they may act for."""
