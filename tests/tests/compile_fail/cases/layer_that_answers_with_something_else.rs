//! A layer answers with an `http::Response`, over any body of bytes.

use funnelflux::FunnelFlux;
use funnelflux::transport::Body;
use http::Response;
use tower::util::MapResponseLayer;

fn refused() {
    let text = MapResponseLayer::new(|_: Response<Body>| "text");
    let _ = FunnelFlux::builder().layer(text); // refused
    //~ does not fit the transport's seam
    //~ `Response = http::Response<B>` where `B: http_body::Body<Data = Bytes> + Send`
    let body = MapResponseLayer::new(|answer: Response<Body>| answer.map(|_| "text"));
    let _ = FunnelFlux::builder().attempt_layer(body); // refused
    //~ `Response = http::Response<B>` where `B: http_body::Body<Data = Bytes> + Send`
}

fn way_out() {
    let ours = MapResponseLayer::new(|answer: Response<Body>| answer.map(|_| Body::from("text")));
    let other = MapResponseLayer::new(|answer: Response<Body>| answer.map(|_| String::new()));
    let _ = FunnelFlux::builder().layer(ours).attempt_layer(other);
}

fn main() {}
