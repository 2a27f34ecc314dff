#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| a8ctl_fuzz::keepalived(bytes));
