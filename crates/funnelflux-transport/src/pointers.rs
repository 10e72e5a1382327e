//! Implementations of a service's trait for references and pointers to its implementations.

/// Implements a trait for references, boxes and `Arc`s of its implementations: the trait, the generics
/// beside the implementation, and the asynchronous methods.
#[doc(hidden)]
#[macro_export]
macro_rules! implement_for_pointers {
    ($trait:path, [$($generics:tt)*], $methods:tt) => {
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $methods, &T }
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $methods, Box<T> }
        $crate::implement_for_pointers! { @ $trait, [$($generics)*], $methods, std::sync::Arc<T> }
    };
    (
        @ $trait:path, [$($generics:tt)*],
        { $($method:ident($($name:ident: $type:ty),*) -> $output:ty;)* }, $pointer:ty
    ) => {
        #[async_trait::async_trait]
        impl<$($generics)* T: $trait + ?Sized> $trait for $pointer {
            $(async fn $method(&self $(, $name: $type)*) -> $output {
                (**self).$method($($name),*).await
            })*
        }
    };
}
