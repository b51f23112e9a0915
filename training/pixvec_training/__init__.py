"""The training of Pixvec's built-in model. Each command of `python -m pixvec_training --help` is one step."""
