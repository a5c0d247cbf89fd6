//! The fields of a mail, and the lines of its head that have names of their own in filters.

use crate::field::FieldId;

crate::fields! { imf
    DATE "imf.date" Text "Date";
    FROM "imf.from" Text "From";
    SENDER "imf.sender" Text "Sender";
    REPLY_TO "imf.reply_to" Text "Reply-To";
    TO "imf.to" Text "To";
    CC "imf.cc" Text "Cc";
    BCC "imf.bcc" Text "Bcc";
    MESSAGE_ID "imf.message_id" Text "Message-ID";
    IN_REPLY_TO "imf.in_reply_to" Text "In-Reply-To";
    REFERENCES "imf.references" Text "References";
    SUBJECT "imf.subject" Text "Subject";
    COMMENTS "imf.comments" Text "Comments";
    USER_AGENT "imf.user_agent" Text "User-Agent";
    KEYWORDS "imf.keywords" Text "Keywords";
    RESENT_DATE "imf.resent.date" Text "Resent-Date";
    RESENT_FROM "imf.resent.from" Text "Resent-From";
    RESENT_SENDER "imf.resent.sender" Text "Resent-Sender";
    RESENT_TO "imf.resent.to" Text "Resent-To";
    RESENT_CC "imf.resent.cc" Text "Resent-Cc";
    RESENT_BCC "imf.resent.bcc" Text "Resent-Bcc";
    RESENT_MESSAGE_ID "imf.resent.message_id" Text "Resent-Message-ID";
    RETURN_PATH "imf.return_path" Text "Return-Path";
    RECEIVED "imf.received" Text "Received";
    CONTENT_TYPE "imf.content.type" Text "Content-Type";
    CONTENT_TYPE_TYPE "imf.content.type.type" Text "Type";
    CONTENT_TYPE_PARAMETERS "imf.content.type.parameters" Text "Parameters";
    CONTENT_DESCRIPTION "imf.content.description" Text "Content-Description";
    CONTENT_ID "imf.content.id" Text "Content-ID";
    CONTENT_TRANSFER_ENCODING "imf.content.transfer_encoding" Text "Content-Transfer-Encoding";
    MIME_VERSION "imf.mime_version" Text "MIME-Version";
    AUTOFORWARDED "imf.autoforwarded" Text "Autoforwarded";
    AUTOSUBMITTED "imf.autosubmitted" Text "Autosubmitted";
    X400_CONTENT_IDENTIFIER "imf.x400_content_identifier" Text "X400-Content-Identifier";
    CONTENT_LANGUAGE "imf.content_language" Text "Content-Language";
    CONVERSION "imf.conversion" Text "Conversion";
    CONVERSION_WITH_LOSS "imf.conversion_with_loss" Text "Conversion-With-Loss";
    DELIVERY_DATE "imf.delivery_date" Text "Delivery-Date";
    DISCARDED_X400_IPMS_EXTENSIONS "imf.discarded_x400_ipms_extensions" Text "Discarded-X400-IPMS-Extensions";
    DISCARDED_X400_MTS_EXTENSIONS "imf.discarded_x400_mts_extensions" Text "Discarded-X400-MTS-Extensions";
    DL_EXPANSION_HISTORY "imf.dl_expansion_history" Text "DL-Expansion-History";
    DEFERRED_DELIVERY "imf.deferred_delivery" Text "Deferred-Delivery";
    EXPIRES "imf.expires" Text "Expires";
    IMPORTANCE "imf.importance" Text "Importance";
    INCOMPLETE_COPY "imf.incomplete_copy" Text "Incomplete-Copy";
    LATEST_DELIVERY_TIME "imf.latest_delivery_time" Text "Latest-Delivery-Time";
    MESSAGE_TYPE "imf.message_type" Text "Message-Type";
    ORIGINAL_ENCODED_INFORMATION_TYPES "imf.original_encoded_information_types" Text "Original-Encoded-Information-Types";
    ORIGINATOR_RETURN_ADDRESS "imf.originator_return_address" Text "Originator-Return-Address";
    PRIORITY "imf.priority" Text "Priority";
    REPLY_BY "imf.reply_by" Text "Reply-By";
    SENSITIVITY "imf.sensitivity" Text "Sensitivity";
    SUPERSEDES "imf.supersedes" Text "Supersedes";
    X400_CONTENT_TYPE "imf.x400_content_type" Text "X400-Content-Type";
    X400_MTS_IDENTIFIER "imf.x400_mts_identifier" Text "X400-MTS-Identifier";
    X400_ORIGINATOR "imf.x400_originator" Text "X400-Originator";
    X400_RECEIVED "imf.x400_received" Text "X400-Received";
    X400_RECIPIENTS "imf.x400_recipients" Text "X400-Recipients";
    DELIVERED_TO "imf.delivered_to" Text "Delivered-To";
    MAILER "imf.ext.mailer" Text "X-Mailer";
    MIMEOLE "imf.ext.mimeole" Text "X-MimeOLE";
    EXPIRY_DATE "imf.ext.expiry-date" Text "Expiry-Date";
    TNEF_CORRELATOR "imf.ext.tnef-correlator" Text "X-MS-TNEF-Correlator";
    UIDL "imf.ext.uidl" Text "X-UIDL";
    AUTHENTICATION_WARNING "imf.ext.authentication_warning" Text "X-Authentication-Warning";
    VIRUS_SCANNED "imf.ext.virus_scanned" Text "X-Virus-Scanned";
    ORIGINAL_TO "imf.ext.original-to" Text "X-Original-To";
    THREAD_INDEX "imf.thread-index" Text "Thread-Index";
    LINES "imf.lines" Text "Lines";
    PRECEDENCE "imf.precedence" Text "Precedence";
    EXTENSION "imf.extension" Text "Unknown-Extension";
    EXTENSION_TYPE "imf.extension.type" Text "Type";
    EXTENSION_VALUE "imf.extension.value" Text "Value";
    DISPLAY_NAME "imf.display_name" Text "Display-Name";
    ADDRESS "imf.address" Text "Address";
    ADDRESS_ITEM "imf.address_list.item" Text "Item";
    MAILBOX_ITEM "imf.mailbox_list.item" Text "Item";
    MESSAGE_TEXT "imf.message_text" None "Message-Text";
}

/// The lines of a head that have names of their own, by what stands before their colon.
const HEADERS: &[(&str, FieldId)] = &[
    ("Date", DATE),
    ("From", FROM),
    ("Sender", SENDER),
    ("Reply-To", REPLY_TO),
    ("To", TO),
    ("Cc", CC),
    ("Bcc", BCC),
    ("Message-ID", MESSAGE_ID),
    ("In-Reply-To", IN_REPLY_TO),
    ("References", REFERENCES),
    ("Subject", SUBJECT),
    ("Comments", COMMENTS),
    ("User-Agent", USER_AGENT),
    ("Keywords", KEYWORDS),
    ("Resent-Date", RESENT_DATE),
    ("Resent-From", RESENT_FROM),
    ("Resent-Sender", RESENT_SENDER),
    ("Resent-To", RESENT_TO),
    ("Resent-Cc", RESENT_CC),
    ("Resent-Bcc", RESENT_BCC),
    ("Resent-Message-ID", RESENT_MESSAGE_ID),
    ("Return-Path", RETURN_PATH),
    ("Received", RECEIVED),
    ("Content-Type", CONTENT_TYPE),
    ("Content-Description", CONTENT_DESCRIPTION),
    ("Content-ID", CONTENT_ID),
    ("Content-Transfer-Encoding", CONTENT_TRANSFER_ENCODING),
    ("MIME-Version", MIME_VERSION),
    ("Autoforwarded", AUTOFORWARDED),
    ("Autosubmitted", AUTOSUBMITTED),
    ("X400-Content-Identifier", X400_CONTENT_IDENTIFIER),
    ("Content-Language", CONTENT_LANGUAGE),
    ("Conversion", CONVERSION),
    ("Conversion-With-Loss", CONVERSION_WITH_LOSS),
    ("Delivery-Date", DELIVERY_DATE),
    ("Discarded-X400-IPMS-Extensions", DISCARDED_X400_IPMS_EXTENSIONS),
    ("Discarded-X400-MTS-Extensions", DISCARDED_X400_MTS_EXTENSIONS),
    ("DL-Expansion-History", DL_EXPANSION_HISTORY),
    ("Deferred-Delivery", DEFERRED_DELIVERY),
    ("Expires", EXPIRES),
    ("Importance", IMPORTANCE),
    ("Incomplete-Copy", INCOMPLETE_COPY),
    ("Latest-Delivery-Time", LATEST_DELIVERY_TIME),
    ("Message-Type", MESSAGE_TYPE),
    ("Original-Encoded-Information-Types", ORIGINAL_ENCODED_INFORMATION_TYPES),
    ("Originator-Return-Address", ORIGINATOR_RETURN_ADDRESS),
    ("Priority", PRIORITY),
    ("Reply-By", REPLY_BY),
    ("Sensitivity", SENSITIVITY),
    ("Supersedes", SUPERSEDES),
    ("X400-Content-Type", X400_CONTENT_TYPE),
    ("X400-MTS-Identifier", X400_MTS_IDENTIFIER),
    ("X400-Originator", X400_ORIGINATOR),
    ("X400-Received", X400_RECEIVED),
    ("X400-Recipients", X400_RECIPIENTS),
    ("Delivered-To", DELIVERED_TO),
    ("X-Mailer", MAILER),
    ("X-MimeOLE", MIMEOLE),
    ("Expiry-Date", EXPIRY_DATE),
    ("X-MS-TNEF-Correlator", TNEF_CORRELATOR),
    ("X-UIDL", UIDL),
    ("X-Authentication-Warning", AUTHENTICATION_WARNING),
    ("X-Virus-Scanned", VIRUS_SCANNED),
    ("X-Original-To", ORIGINAL_TO),
    ("Thread-Index", THREAD_INDEX),
    ("Lines", LINES),
    ("Precedence", PRECEDENCE),
];

/// The field of a line of the head.
pub(super) fn named(name: &[u8]) -> Option<FieldId> {
    HEADERS.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(_, field)| *field)
}
