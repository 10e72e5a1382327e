//! What builders and opaque types write again and again. It is here because every crate can reach this one.

/// Writes setters: each with its documentation, its arguments, and what a field becomes, or what is done with `it`.
#[doc(hidden)]
#[macro_export]
macro_rules! setters {
    ($(
        $(#[$meta:meta])*
        fn $name:ident $(<$generic:ident $(: $bound:path)?>)? ($($argument:ident: $type:ty),*)
        $(=> $($field:tt).+ = $value:expr)? $(, |$it:ident| $change:expr)?;
    )+) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name $(<$generic $(: $bound)?>)? (mut self, $($argument: $type),*) -> Self {
            $(self.$($field).+ = $value;)?
            $(let $it = &mut self; $change;)?
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
        $name:ident $(<$($generic:ident),+>)? $(<$lifetime:lifetime>)?,
        |$it:ident| $($field:ident: $value:expr),+
    ) => {
        $(#[$meta])*
        impl$(<$($generic),+>)? ::std::fmt::Debug for $name$(<$($generic),+>)? $(<$lifetime>)? {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let $it = self;
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &$value))+
                    .finish_non_exhaustive()
            }
        }
    };
}

/// Writes a `Debug` or a `Display` by one expression; for `Error` a `Display` and an error without a source.
#[doc(hidden)]
#[macro_export]
macro_rules! formats {
    (Error for $type:ty, $($display:tt)+) => {
        $crate::formats! { Display for $type, $($display)+ }

        impl ::std::error::Error for $type {}
    };
    ($(#[$meta:meta])* $trait:ident for $type:ty, |$it:ident, $f:ident| $written:expr) => {
        $(#[$meta])*
        impl ::std::fmt::$trait for $type {
            fn fmt(&self, $f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let $it = self;
                $written
            }
        }
    };
}

/// Declares an enumeration of which each variant has a word: all of them, `as_str` with its documentation, the way
/// back, and `Display`. A variant behind a semicolon is one that is left out of all.
#[doc(hidden)]
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident, $about:literal {
            $($(#[$doc:meta])* $variant:ident = $word:literal,)+
            $(; $(#[$other_doc:meta])* $other:ident = $other_word:literal,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
            $($(#[$other_doc])* $other,)?
        }

        impl $name {
            /// All that are known, in their order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            #[doc = $about]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                    $(Self::$other => $other_word,)?
                }
            }

            /// Finds the one of this word.
            pub fn find(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|it| it.as_str() == word)
            }
        }

        $crate::formats! { Display for $name, |it, f| f.pad(it.as_str()) }
    };
}
