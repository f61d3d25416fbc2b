// Kamailio as a registrar and proxy with digest, staying in the path: everybody's password is `secret-` and their name.

export function kamailioConfig(port: number, folder: string): string {
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "nathelper.so"
loadmodule "ctl.so"
modparam("ctl", "binrpc", "unix:${folder}/ctl.sock")
modparam("usrloc", "db_mode", 0)
modparam("registrar", "min_expires", 10)
modparam("registrar", "max_expires", 3600)
modparam("auth", "nonce_expire", 60)
modparam("tm", "fr_inv_timer", 30000)
request_route {
  if (!mf_process_maxfwd_header("20")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  t_check_trans();
  if (is_method("OPTIONS") && uri==myself && $rU==$null) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER|INVITE")) {
    if (!pv_auth_check("127.0.0.1", "secret-$fU", "0", "0")) { auth_challenge("127.0.0.1", "1"); exit; }
    if (is_method("INVITE")) consume_credentials();
  }
  force_rport();
  if (is_method("REGISTER")) { if (!save("location")) sl_reply_error(); exit; }
  # A phone that names another of its machine's addresses for its sound is taken at the one that it sends from.
  if (is_method("INVITE")) { record_route(); fix_nated_sdp("2"); }
  if (!lookup("location")) { sl_send_reply("480", "Temporarily Unavailable"); exit; }
  if (!t_relay()) sl_reply_error();
}
onreply_route {
  if (has_body("application/sdp")) fix_nated_sdp("2");
}
`
}
