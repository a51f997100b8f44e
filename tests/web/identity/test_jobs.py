"""The worker, a process of its own, knows the jobs of signing out."""

import subprocess
import sys

LIST = "import django; django.setup(); from ggzy.kernel.jobs import app; app.perform_import_paths(); print(sorted(app.tasks))"


def test_the_worker_knows_whom_to_tell_of_a_sign_out(environment):
    told = subprocess.run([sys.executable, "-c", LIST], env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "identity.tell_signed_out" in told.stdout and "identity.forget_expired" in told.stdout
