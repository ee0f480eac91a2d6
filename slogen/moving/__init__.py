"""Documents of other tools -> specs of slogen, and what became of each of their SLOs.

    texts -> reading (values that know their place) -> a dialect (drafts) -> judge -> specs

Pure: nothing here reads, writes or prints. What is not taken over is a Problem at the foreign file's line.
"""
