"""`python3 -I -S /usr/lib/lambda-ec2 VERB`: what the instance runs. The verbs are in runner/command.py."""
from runner.command import main

if __name__ == '__main__':
    main()
