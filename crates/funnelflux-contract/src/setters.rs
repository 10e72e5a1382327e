//! The setters of builders. They are here because every crate that has some can reach this one.

/// Writes setters: each with its documentation, its arguments, and what a field becomes.
#[doc(hidden)]
#[macro_export]
macro_rules! setters {
    ($(
        $(#[$meta:meta])*
        fn $name:ident($($argument:ident: $type:ty),*) => $field:ident = $value:expr;
    )+) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $($argument: $type),*) -> Self {
            self.$field = $value;
            self
        }
    )+};
}
