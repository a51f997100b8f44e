import sys

from ggzy.web.witness.program import main

main(sys.argv[1:])
