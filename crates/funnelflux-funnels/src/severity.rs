funnelflux_contract::words! {
    /// How bad a finding is.
    #[derive(PartialOrd, Ord)]
    pub enum Severity, "`note`, `warning` or `error`." {
        /// Worth knowing, and often meant so, or cannot be checked.
        Note = "note",
        /// Probably a mistake: visitors may be routed otherwise than it seems.
        Warning = "warning",
        /// Does not work: visitors are lost, or it cannot be saved or run as it is.
        Error = "error",
    }
}
