"""The program that sets one page and ends: JSON on standard input, a PDF on standard output.

It is run by a path and knows nothing of the product: no setting, no secret, no network. What it may take of the
machine is limited, for a page is made while somebody waits.
"""

import json
import resource
import sys
from typing import cast

import typst

CPU_SECONDS = 10
MEMORY_BYTES = 1 << 30


def main() -> None:
    """Set ``template`` with ``data``, made at ``created`` (seconds since 1970); a tagged PDF by the rules of PDF/UA."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    given = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False)
    compiler = typst.Compiler(
        given["template"].encode(), font_paths=fonts, ignore_system_fonts=True, sys_inputs={"data": given["data"]}
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=given["created"])
    # A list only where each page is a picture.
    sys.stdout.buffer.write(cast("bytes", made))


if __name__ == "__main__":
    main()
