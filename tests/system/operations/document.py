"""docs/operations.md as something that can be followed: its blocks by heading, and which were."""

import re

BLOCK = re.compile(r"^(#+ [^\n]*)$|^```(\w+)\n(.*?)^```$", re.M | re.S)


class Document:
    def __init__(self, path):
        self.text = path.read_text()
        self.words = " ".join(self.text.split())
        self.blocks = {}    # (heading, language) -> the blocks' texts, in their order
        self.followed = set()
        heading = ""
        for found in BLOCK.finditer(self.text):
            if found[1]:
                heading = found[1].lstrip("# ")
            else:
                self.blocks.setdefault((heading, found[2]), []).append(found[3])

    def block(self, heading, language="sh", number=0):
        """The text of a block, which counts as followed."""
        self.followed.add((heading, language, number))
        return self.blocks[heading, language][number]

    def says(self, text):
        """Whether it says so, wherever its lines end."""
        return " ".join(text.split()) in self.words

    def left(self):
        """Commands that nobody has followed: the text has changed, and the walk has not."""
        return [(heading, number) for (heading, language), blocks in self.blocks.items()
                for number in range(len(blocks))
                if language == "sh" and (heading, language, number) not in self.followed]
