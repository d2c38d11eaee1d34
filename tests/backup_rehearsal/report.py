"""What `make backup-rehearsal` prints."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """A line for each thing that was checked or measured, as it happens."""

    checked: int = 0
    failed: list[str] = field(default_factory=list)

    def check(self, name: str, well: bool, found: str = "") -> None:
        """Note whether it is as it should be, with what was found instead."""
        self.checked += 1
        if not well:
            self.failed.append(name)
        print(f"{'ok' if well else 'FAILED':7} {name}{f': {found}' if found and not well else ''}", flush=True)

    def measured(self, text: str) -> None:
        """A number for docs/operate/backup.md."""
        print(f"{'':7} {text}", flush=True)

    def end(self) -> int:
        """The last line; the exit code."""
        print(f"backup-rehearsal: {self.checked} checked, {len(self.failed)} failed")
        return 1 if self.failed else 0
