//! Implementations of a service's trait for references and pointers to its implementations.

/// Implements a trait for references, boxes and `Arc`s of its implementations: the trait, the generics
/// beside the implementation, the asynchronous methods, and other methods as they are written.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_for_pointers {
    ($trait:path, [$($generics:tt)*], $asynchronous:tt, $others:tt) => {
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $asynchronous, $others, &T }
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $asynchronous, $others, Box<T> }
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $asynchronous, $others, std::sync::Arc<T> }
    };
    (
        @ $trait:path, [$($generics:tt)*],
        { $($method:ident($($name:ident: $type:ty),*) -> $output:ty;)* }, { $($others:tt)* }, $pointer:ty
    ) => {
        #[async_trait::async_trait]
        impl<$($generics)* T: $trait + ?Sized> $trait for $pointer {
            $($others)*
            $(async fn $method(&self $(, $name: $type)*) -> $output {
                (**self).$method($($name),*).await
            })*
        }
    };
}
