"""The table that `try` ends with. Plain text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Report:
    """What a `try` saw: seconds and bytes as measured, none of them estimated."""

    datablocks: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    steps: list[tuple[str, float, int | None]] = field(default_factory=list)

    def step(self, what: str, seconds: float, sent: int | None = None) -> None:
        """Notes a step, and the bytes that were sent to the server for it."""
        self.steps.append((what, seconds, sent))

    def lines(self) -> list[str]:
        """The table."""
        rows = [("what", "seconds", "bytes")]
        rows += [
            (what, f"{seconds:.2f}", "" if sent is None else f"{sent:,}")
            for what, seconds, sent in self.steps
        ]
        lines = table(rows)
        lines.append("")
        lines += table(
            [("replicated", "datablocks"), *((k, str(v)) for k, v in sorted(self.datablocks.items()))]
        )
        total = sum(self.datablocks.values())
        lines.append(f"{total} datablocks in all, the same in A and B")
        if self.others:
            text = ", ".join(f"{count} {name}" for name, count in sorted(self.others.items()))
            lines.append(f"not compared, their types come with later versions: {text}")
        return lines


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows as aligned text, the first one as a heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return lines
