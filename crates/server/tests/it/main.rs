//! Everything together, as a person meets it: the real binary, real files, real HTTP.

mod bad_input;
mod demo_company;
mod disk_full;
mod http;
mod kaggle;
mod kill;
mod tributary;
mod worlds;
