complete -c rnetstat -s A -l protocol -d 'Named: inet,inet6,unix,ax25,ipx,netrom,rose,x25,ddp' -r -f -a "(__fish_append , inet inet6 unix ax25 ipx netrom rose x25 ddp)"
complete -c rnetstat -l root -d 'The system whose tree is at DIR (DIR/proc, DIR/etc)' -r -f -a "(__fish_complete_directories)"
complete -c rnetstat -l netns -d 'Network namespaces: all, host, names, PIDs, files' -r -f
complete -c rnetstat -l byte-order -d 'With --root: that of DIR\'s machine, big or little' -r -f -a "big\t''
little\t''"
complete -c rnetstat -l resolve-timeout -d 'Wait no longer for names [default: 3]; 0: not at all' -r -f
complete -c rnetstat -l port -d 'Local or foreign ports: 80, 8000-8100, http' -r -f
complete -c rnetstat -l local-port -d 'Local ports' -r -f
complete -c rnetstat -l foreign-port -d 'Foreign ports' -r -f
complete -c rnetstat -l address -d 'Local or foreign addresses: ::1, 10.0.0.0/8' -r -f
complete -c rnetstat -l local-address -d 'Local addresses' -r -f
complete -c rnetstat -l foreign-address -d 'Foreign addresses' -r -f
complete -c rnetstat -l state -d 'States: listen,time_wait; !listen: all but it' -r -f -a "(__fish_append , established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen closing unknown free listening connecting connected disconnecting conn_sent sabm_sent disc_sent recovery)"
complete -c rnetstat -l pid -d 'PIDs of owners' -r -f
complete -c rnetstat -l process -d 'Owners by program, comm or executable: \'nginx*\'' -r -f
complete -c rnetstat -l container -d 'Owners by container: name or ID; !web: others' -r -f
complete -c rnetstat -l unit -d 'Owners by unit of systemd: nginx, \'foo@*\'' -r -f
complete -c rnetstat -l pod -d 'Owners by pod of Kubernetes: name or UID' -r -f
complete -c rnetstat -l cgroup -d 'Owners by control group: /user.slice/' -r -f
complete -c rnetstat -l user -d 'Users, by name or number' -r -f -a "(__fish_complete_users)"
complete -c rnetstat -l inode -d 'Inodes' -r -f
complete -c rnetstat -l format -d 'classic [default], table, json, jsonl or csv' -r -f -a "classic\t''
table\t''
json\t''
jsonl\t''
csv\t''"
complete -c rnetstat -l color -d 'Colours in a table: auto [default], always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rnetstat -l columns -d 'These columns, in this order (not classic)' -r -f -a "(__fish_append , time change seen_seconds state_before proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id family source destination prefix_length destination_name gateway gateway_host metric uses mtu advmss window irtt cached rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses users group group_host section name value expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta)"
complete -c rnetstat -l sort -d 'Sorted by these columns; -COLUMN for descending' -r -f -a "(__fish_append , time change seen_seconds state_before proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id family source destination prefix_length destination_name gateway gateway_host metric uses mtu advmss window irtt cached rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses users group group_host section name value expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta)"
complete -c rnetstat -l count-by -d 'How many rows share these columns, largest first' -r -f -a "(__fish_append , time change seen_seconds state_before proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id family source destination prefix_length destination_name gateway gateway_host metric uses mtu advmss window irtt cached rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses users group group_host section name value expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta)"
complete -c rnetstat -l top -d 'The first N rows only' -r -f
complete -c rnetstat -l for -d 'End after SECONDS' -r -f
complete -c rnetstat -l times -d 'End after N listings' -r -f
complete -c rnetstat -l check -d 'What is wrong: all checks, or these; list: names them' -r -f
complete -c rnetstat -l kill -d 'Signal the owners of the rows [default: TERM]' -f -a "TERM\t''
KILL\t''
HUP\t''
INT\t''
QUIT\t''
USR1\t''
USR2\t''
STOP\t''
CONT\t''"
complete -c rnetstat -l wait -d 'Then wait so long for the sockets to go' -r -f
complete -c rnetstat -l completions -d 'Completions for bash, zsh, fish or elvish' -r -f -a "bash\t''
zsh\t''
fish\t''
elvish\t''"
complete -c rnetstat -s r -l route -d 'Routes'
complete -c rnetstat -s i -l interfaces -d 'Interfaces and their counters; with -e at length'
complete -c rnetstat -s s -l statistics -d 'The protocols\' counters'
complete -c rnetstat -s g -l groups -d 'Multicast groups'
complete -c rnetstat -s M -l masquerade -d 'Masqueraded connections'
complete -c rnetstat -s a -l all -d 'Listeners too; with -i, interfaces that are down too'
complete -c rnetstat -s l -l listening -d 'Listeners only'
complete -c rnetstat -s t -l tcp -d 'TCP'
complete -c rnetstat -s u -l udp -d 'UDP'
complete -c rnetstat -s U -l udplite -d 'UDP-Lite'
complete -c rnetstat -s S -l sctp -d 'SCTP'
complete -c rnetstat -s w -l raw -d 'Raw IP; with -s, IP and ICMP'
complete -c rnetstat -s x -l unix -d 'Unix domain sockets'
complete -c rnetstat -s 4 -l inet -d 'IPv4 only [also: --ip]'
complete -c rnetstat -s 6 -l inet6 -d 'IPv6 only'
complete -c rnetstat -s F -l fib -d 'With -r: the forwarding information base [default]'
complete -c rnetstat -s C -l cache -d 'With -r: the route cache'
complete -c rnetstat -l read-all -d 'With -l: read on behind the last listener'
complete -c rnetstat -s n -l numeric -d 'Numbers instead of names for hosts, ports and users'
complete -c rnetstat -l numeric-hosts -d 'Numbers for hosts'
complete -c rnetstat -l numeric-ports -d 'Numbers for ports'
complete -c rnetstat -l numeric-users -d 'Numbers for users'
complete -c rnetstat -s o -l timers -d 'Timers, and the owner\'s PID as the last column'
complete -c rnetstat -s p -l programs -d 'PID and name of the program that owns each socket'
complete -c rnetstat -l tcp-info -d 'TCP\'s internals: round-trip times, windows, bytes, queues'
complete -c rnetstat -l peers -d 'Who is at the other end of each socket; with -p'
complete -c rnetstat -l rates -d 'Bytes per second of TCP connections (UDP counts none)'
complete -c rnetstat -s Z -l context -d 'SELinux security context of that program, too'
complete -c rnetstat -s e -l extend -d 'More columns; twice with -r: all there are'
complete -c rnetstat -s W -l wide -d 'Addresses and names in full [also: -T, --notrim]'
complete -c rnetstat -s c -l continuous -d 'Again every second, until interrupted'
complete -c rnetstat -l delta -d 'With -i, repeated: what has changed, per second'
complete -c rnetstat -s N -l symbolic -d 'With -r: numbers for hosts; else nothing, as in net-tools'
complete -c rnetstat -s v -l verbose -d 'Tell of tables that this system lacks'
complete -c rnetstat -s h -l help -d 'This help'
complete -c rnetstat -s V -l version -d 'The version'
complete -c rnetstat -l json -d 'The same as --format json'
complete -c rnetstat -l count -d 'The number of rows only'
complete -c rnetstat -l pids -d 'The owners\' PIDs only, one a line'
complete -c rnetstat -l changes -d 'Only sockets that opened, closed or changed meanwhile'
complete -c rnetstat -l close -d 'Close the rows\' TCP and UDP sockets, not their owners'
complete -c rnetstat -l yes -d 'Don\'t ask'
complete -c rnetstat -l force -d 'And KILL what still holds them then'
complete -c rnetstat -l dry-run -d 'Say what would be done, and don\'t'
complete -c rnetstat -l man -d 'The manual, for man -l'
complete -c rnetstat -f -a "tcp udp tcp6 udp6 udplite raw unix"
