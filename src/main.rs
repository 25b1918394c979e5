//! Runs the command line.

fn main() -> std::process::ExitCode {
    callboard::cli::main()
}
