//! How often one address may send something to the public pages.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kesu_app::{App, Problem};

/// Middleware: counts what is sent, by the address of the connection. Headers about addresses are the sender's own words
/// and are not believed; where no connection is known, nothing is counted here.
pub async fn per_address(State(app): State<App>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if request.method() == Method::POST
        && let Some(ConnectInfo(address)) = address
        && let Err(seconds) = app.public_limit.count(&network(address.ip()))
    {
        return Problem::TooMany { seconds }.into_response();
    }
    next.run(request).await
}

/// One household has one IPv4 address, or one IPv6 network of 64 bits.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_64_bits_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
    }
}
