//! Names and messages against an independent reader, and under attack.
