//! What builders and opaque types write again and again. It is here because every crate can reach this one.

/// Writes setters: each with its documentation, its arguments, and what a field becomes.
#[doc(hidden)]
#[macro_export]
macro_rules! setters {
    ($(
        $(#[$meta:meta])*
        fn $name:ident($($argument:ident: $type:ty),*) => $($field:ident).+ = $value:expr;
    )+) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(mut self, $($argument: $type),*) -> Self {
            self.$($field).+ = $value;
            self
        }
    )+};
}

/// Writes a `Debug` that shows these values and says that there is more.
#[doc(hidden)]
#[macro_export]
macro_rules! shows {
    (
        $(#[$meta:meta])*
        $name:ident $(<$($generic:ident),+>)?, |$it:ident| $($field:ident: $value:expr),+
    ) => {
        $(#[$meta])*
        impl$(<$($generic),+>)? ::std::fmt::Debug for $name$(<$($generic),+>)? {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let $it = self;
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &$value))+
                    .finish_non_exhaustive()
            }
        }
    };
}
