//! A name server on loopback.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::proto::op::{Message, ResponseCode};
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// Answers every question about a host alike, until it is dropped.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl NameServer {
    /// Has these addresses for `mail.example.net` and no others.
    pub(crate) async fn with(addresses: &[&str]) -> Self {
        let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
        Self::start(ResponseCode::NoError, addresses).await
    }

    /// Answers with this code.
    pub(crate) async fn saying(code: ResponseCode) -> Self {
        Self::start(code, Vec::new()).await
    }

    async fn start(code: ResponseCode, addresses: Vec<IpAddr>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut packet = [0; 1500];
            while let Ok((length, peer)) = socket.recv_from(&mut packet).await {
                let answer = answer(&packet[..length], code, &addresses);
                socket.send_to(&answer, peer).await.unwrap();
            }
        });
        Self { address, task }
    }
}

fn answer(packet: &[u8], code: ResponseCode, addresses: &[IpAddr]) -> Vec<u8> {
    let question = Message::from_vec(packet).unwrap();
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.response_code = code;
    for query in &question.queries {
        answer.add_query(query.clone());
        assert_eq!(
            query.name().to_string(),
            "mail.example.net.",
            "a search domain was added"
        );
        for address in addresses {
            let (record_type, data) = match address {
                IpAddr::V4(four) => (RecordType::A, RData::A((*four).into())),
                IpAddr::V6(six) => (RecordType::AAAA, RData::AAAA((*six).into())),
            };
            if record_type == query.query_type() {
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data));
            }
        }
    }
    answer.to_vec().unwrap()
}
