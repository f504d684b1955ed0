//! The whole of a run, on real lakes: rows of a world go in through `lake`, derived tables come out through `engine`.

mod laws;
mod replay;
mod runs;
mod stitching;
mod world;
mod worlds;
