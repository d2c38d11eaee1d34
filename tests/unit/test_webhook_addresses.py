"""Which addresses a webhook may lead to."""

import pytest

from accounts.addresses import AddressRefused, endpoint, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "185.199.108.153", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",  # noqa: S104 -- refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fd00:ec2::254",
        "fc00::1",
        "fec0::1",
        "3fff::1",
        "64:ff9b:1::a00:1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:0:0:0:0:5601:5601",
        "2001:db8::1",
        "not an address",
        "",
    ],
)
def test_an_address_of_a_machine_a_network_or_a_cloud_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    ["https://ward.example.org", "https://ward.example.org:8443/a?b=c", "https://8.8.8.8/", "https://[2606:4700::1]/"],
)
def test_a_url_of_a_public_https_server_is_taken(url: str) -> None:
    assert endpoint(url, anywhere=False).scheme == "https"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ward.example.org",
        "http://ward.example.org/",
        "ftp://ward.example.org/",
        "file:///etc/passwd",
        "gopher://ward.example.org/",
        "https://",
        "https:///path",
        "https://user@ward.example.org/",
        "https://user:password@ward.example.org/",
        "https://@ward.example.org/",
        "https://ward.example.org/#part",
        "https://ward.example.org:0/",
        "https://ward.example.org:99999/",
        "https://ward.example.org:x/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://ward.example.org/a b",
        "https://ward.example.org/\r\nhost: x",
        "https://wárd.example.org/",
        "https://ward.example.org/" + "x" * 2_000,
    ],
)
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        endpoint(url, anywhere=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/", "https://10.0.0.1/"])
def test_development_may_name_its_own_machine(url: str) -> None:
    assert endpoint(url, anywhere=True).hostname


def test_development_has_no_other_schemes() -> None:
    with pytest.raises(AddressRefused):
        endpoint("file:///etc/passwd", anywhere=True)
