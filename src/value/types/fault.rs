//! What can be wrong with a value's shape.

use crate::value::connection;
use crate::value::words::words;

words! {
    /// What is wrong with a value's shape. It tells nothing of the value's content.
    Fault {
        Form = "form", "it has another form";
        Blank = "blank", "it holds a blank or a control character";
        Encoding = "encoding", "it is not UTF-8";
        Length = "length", "it has a length that the type does not have";
        Range = "range", "it lies outside what the type can hold";
        Number = "number", "a number in it is malformed";
        Unit = "unit", "its unit is missing or unknown";
        Alphabet = "alphabet", "a character in it is none of the type's";
        Padding = "padding", "the = at its end are missing, or too many";
        Scheme = "scheme", "its scheme is missing, or does not belong there";
        Userinfo = "userinfo", "a user or a password does not belong there";
        Host = "host", "its host is missing or malformed";
        Port = "port", "its port is malformed, or does not belong there";
        Path = "path", "a path, a query or a fragment does not belong there";
        Wildcard = "wildcard", "a wildcard does not belong there";
        Address = "address", "its address is malformed, or does not belong there";
        Prefix = "prefix", "the length of its prefix is missing or out of range";
        At = "at", "its @ is missing";
        Mailbox = "mailbox", "what stands before the @ is malformed";
        Name = "name", "its name is malformed";
        Tag = "tag", "its tag is malformed";
        Digest = "digest", "its digest is malformed";
        Letter = "letter", "the letter before the version does not belong there";
        Date = "date", "its date is malformed or does not exist";
        Time = "time", "its time of day is malformed or does not exist";
        Offset = "offset", "its offset from UTC is missing or malformed";
        Item = "item", "an item of the list is missing or malformed";
        Syntax = "syntax", "its syntax is broken";
        Checksum = "checksum", "its checksum does not fit";
        Kind = "kind", "its kind is missing or unknown";
        Key = "key", "what it encodes is no key of that kind";
        Escape = "escape", "a percent sign in it begins no escape";
        Credentials = "credentials", "its user or password is not percent-encoded, or does not belong there";
        Bracket = "bracket", "its brackets do not match";
        Hosts = "hosts", "it names more hosts than its clients take, or hosts and ports that do not match";
        Database = "database", "its database is missing, or cannot be one";
        Parameter = "parameter", "a parameter in it is malformed, or contradicts the rest";
        Quote = "quote", "a quote in it does not end where it should";
    }
}

impl From<connection::Fault> for Fault {
    fn from(fault: connection::Fault) -> Self {
        use connection::Fault as Of;
        match fault {
            Of::TooLong => Self::Length,
            Of::Scheme => Self::Scheme,
            Of::Blank | Of::Nul => Self::Blank,
            Of::Escape => Self::Escape,
            Of::Userinfo => Self::Credentials,
            Of::Bracket => Self::Bracket,
            Of::Host => Self::Host,
            Of::Port | Of::SrvPort => Self::Port,
            Of::HostCount => Self::Hosts,
            Of::Database => Self::Database,
            Of::Parameter => Self::Parameter,
            Of::Quote => Self::Quote,
        }
    }
}
