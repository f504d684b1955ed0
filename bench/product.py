"""The product's own commands."""

import json
import subprocess
import time


class Product:
    def __init__(self, binary, data_dir):
        self.binary, self.data_dir = str(binary), str(data_dir)

    def command(self, *arguments):
        """Runs a command and returns its JSON and the seconds from start to end of the process."""
        started = time.perf_counter()
        call = [self.binary, "--data-dir", self.data_dir, *map(str, arguments), "--format", "json"]
        child = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.perf_counter() - started
        if child.returncode != 0:
            raise RuntimeError(f"{' '.join(call)} failed:\n{child.stderr.strip()[-2000:]}")
        return json.loads(child.stdout), seconds

    def organization(self, name):
        """Creates the organisation where it is missing."""
        try:
            self.command("init", "--org", name, "--currency", "EUR", "--zone", "UTC")
        except RuntimeError as error:
            if name not in str(error):
                raise
