crate::words! {
    /// How surely a fact of the API is known. Ordered: the surer, the greater.
    ///
    /// ```
    /// use funnelflux_contract::Grade;
    /// assert!(Grade::Documented > Grade::Inferred);
    /// assert!(Grade::Inferred.is_guess());
    /// assert!(Grade::Observed > Grade::Documented);
    /// ```
    #[derive(Default, PartialOrd, Ord)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
    pub enum Grade, "The grade as one lower-case word, as the contract spells it." {
        /// Not known at all: the data is kept, and no meaning is invented.
        #[default]
        Unknown = "unknown",
        /// Follows from a pattern of better known facts; no source states it.
        Inferred = "inferred",
        /// Stated for the vendor's self-hosted product, whose naming the API shares.
        Sibling = "sibling",
        /// Stated by a help-centre article: true of the product, silent on the wire format.
        Help = "help",
        /// Written into the code of a public third-party integration, which never ran it.
        Written = "written",
        /// Sent or read by a public third-party integration that ran in production in 2023-24.
        Proven = "proven",
        /// Stated on the vendor's documentation site or in its changelog; of a fact of an overlay, in a schema
        /// file of the vendor.
        Documented = "documented",
        /// Seen in the account of the user, or written by hand into its overlay. No fact of the contract has this grade.
        Observed = "observed",
    }
}

impl Grade {
    /// Whether the fact is a guess: sibling, inferred or unknown.
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Unknown | Self::Inferred | Self::Sibling)
    }

    /// Whether the fact is documented, proven or observed, so that a server that differs is a surprise.
    pub const fn is_confirmed(self) -> bool {
        matches!(self, Self::Proven | Self::Documented | Self::Observed)
    }
}
