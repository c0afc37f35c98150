package import Faults

extension OxbowError {
    /// Saving and restoring processes needs CRIU, which neither runtime is asked for here.
    package static func checkpointing(_ call: String) -> OxbowError {
        OxbowError(.unsupported, "checkpoint: not supported, it needs criu (\(call))")
    }
}
