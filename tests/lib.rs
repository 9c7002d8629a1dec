//! Nothing to use: the stories and contracts are in `stories/`, one test binary.
