//! From which network a request comes, as far as it can be known: what is counted when somebody guesses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{HeaderMap, request::Parts},
};

/// The network of the client: its first 24 bits, or 64 of IPv6. None where a proxy on this machine stands before it and
/// was not named: everybody would be in one network.
pub(super) fn of(parts: &Parts, proxies: &[IpAddr]) -> Option<String> {
    let ConnectInfo(peer) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    let peer = peer.ip().to_canonical();
    let client = if proxies.contains(&peer) { forwarded(&parts.headers, proxies)? } else { peer };
    if client.is_loopback() {
        return None;
    }
    Some(match client {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    })
}

/// The last address that a named proxy wrote down and that is not a named proxy itself. What stands before it is the
/// client's own word.
fn forwarded(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let lines: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut addresses = lines.iter().flat_map(|line| line.split(',')).rev();
    let outside = |address: &str| match address.trim().parse::<IpAddr>() {
        Ok(address) => Some(address.to_canonical()).filter(|address| !proxies.contains(address)).map(Some),
        // A word that is no address ends what can be trusted.
        Err(_) => Some(None),
    };
    addresses.find_map(outside).flatten()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn the_network_is_that_of_the_client_and_nobody_can_choose_it() {
        let proxy: IpAddr = "10.0.0.1".parse().expect("an address");
        let local: IpAddr = "127.0.0.1".parse().expect("an address");
        for (peer, forwarded, network) in [
            ("203.0.113.7:1", &[][..], Some("203.0.113.0/24")),
            ("203.0.113.7:1", &["198.51.100.1"], Some("203.0.113.0/24")),
            ("[2001:db8:1:2:3::4]:1", &[], Some("2001:db8:1:2::/64")),
            ("[::ffff:203.0.113.7]:1", &[], Some("203.0.113.0/24")),
            ("10.0.0.1:1", &["198.51.100.9, 203.0.113.7"], Some("203.0.113.0/24")),
            ("10.0.0.1:1", &["198.51.100.9", "203.0.113.7, 127.0.0.1"], Some("203.0.113.0/24")),
            ("10.0.0.1:1", &["203.0.113.7, nonsense"], None),
            ("10.0.0.1:1", &[], None),
            ("[::1]:1", &["203.0.113.7"], None),
        ] {
            let mut request = Request::new(());
            let peer: SocketAddr = peer.parse().expect("an address");
            request.extensions_mut().insert(ConnectInfo(peer));
            for line in forwarded {
                request.headers_mut().append("x-forwarded-for", line.parse().expect("a header"));
            }
            let (parts, ()) = request.into_parts();
            assert_eq!(of(&parts, &[proxy, local]).as_deref(), network, "{peer} {forwarded:?}");
        }
    }
}
