"""How our PostgreSQL is set: one laptop with two cores and heavy intake, and no compromise on durability."""

import os
from pathlib import Path

MB = 1024 * 1024


def settings(log: Path) -> str:
    """The text of `ggzy.conf`, written at each start; an operator's own lines go into postgresql.conf."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB
    values = {
        "max_connections": "100",
        "shared_buffers": f"{max(32, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(128, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(32, min(256, memory // 16))}MB",
        # What was acknowledged is on disk.
        "fsync": "on",
        "synchronous_commit": "on",
        # Bulk intake writes long stretches of WAL: fewer checkpoints, smaller full-page images.
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        # Containers often have 64 MB of /dev/shm: a parallel hash join fails there; two cores gain little.
        "max_parallel_workers_per_gather": "0",
        # An abandoned transaction would hold back the sequencer's horizon, and with it every desk.
        "idle_in_transaction_session_timeout": "10min",
        "shared_preload_libraries": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A week of logs. Statements and details hold people's data, so neither is logged.
        "logging_collector": "on",
        "log_directory": str(log),
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": "0",
        "log_checkpoints": "off",
    }
    return "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in values.items())
