// Kamailio as a registrar and proxy with digest, staying in the path: everybody's password is `secret-` and their name.

export function kamailioConfig(port: number, folder: string, presence: boolean): string {
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
loadmodule "xlog.so"
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
${presence ? modules(port, folder) : ''}request_route {
  if (!mf_process_maxfwd_header("20")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    ${presence ? 'if (is_method("SUBSCRIBE") && uri==myself) route(PRESENCE);' : ''}
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  t_check_trans();
  if (is_method("OPTIONS") && uri==myself && $rU==$null) { sl_send_reply("200", "OK"); exit; }
  if (is_method("REGISTER|INVITE|SUBSCRIBE")) {
    if (!pv_auth_check("127.0.0.1", "secret-$fU", "0", "0")) { auth_challenge("127.0.0.1", "1"); exit; }
    if (!is_method("REGISTER")) consume_credentials();
  }
  # How calls sounded (RFC 6035), kept in the log.
  if (is_method("PUBLISH") && $hdr(Event)=="vq-rtcpxr" && has_body("application/vq-rtcpxr")) {
    xlog("L_ALERT", "told by $fU how a call sounded\\n$rb");
    sl_send_reply("200", "OK");
    exit;
  }
  ${presence ? 'if (is_method("PUBLISH|SUBSCRIBE")) route(PRESENCE);\n  if (is_method("INVITE")) dlg_manage();' : ''}
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
${presence ? presenceRoute : ''}`
}

/** It is told of states, by anybody and by itself of the calls through it, and tells those who watch. */
const modules = (port: number, folder: string): string => `
loadmodule "db_text.so"
loadmodule "dialog.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
loadmodule "presence_dialoginfo.so"
loadmodule "pua.so"
loadmodule "pua_dialoginfo.so"
modparam("presence", "db_url", "text://${folder}/db")
modparam("presence", "server_address", "sip:127.0.0.1:${port}")
modparam("presence", "min_expires", 5)
modparam("presence", "subs_db_mode", 0)
# Anybody may watch anybody.
modparam("presence_xml", "force_active", 1)
# Who watches a line of which nothing was told yet is told that it is idle.
modparam("presence_dialoginfo", "force_dummy_dialog", 1)
modparam("pua", "db_url", "text://${folder}/db")
modparam("pua", "outbound_proxy", "sip:127.0.0.1:${port}")
modparam("pua_dialoginfo", "include_callid", 1)
modparam("pua_dialoginfo", "include_tags", 1)
modparam("pua_dialoginfo", "include_localremote", 1)
`

const presenceRoute = `route[PRESENCE] {
  if (!t_newtran()) { sl_reply_error(); exit; }
  if (is_method("PUBLISH")) handle_publish();
  else handle_subscribe();
  t_release();
  exit;
}
`
