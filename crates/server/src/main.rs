//! The binary `tributary`.

use std::process::ExitCode;

/// Queries allocate in bursts from many threads; this allocator keeps up and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::run()
}
