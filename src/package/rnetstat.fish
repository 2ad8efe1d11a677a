# Prints the columns of the listing that the command line asks for.
function __rnetstat_columns
    set -l listing sockets
    set -l before ''
    for word in (commandline -opc)
        # The value of a list may look like flags.
        if contains -- $before --sort --columns --count-by
            set before ''
            continue
        end
        set before $word
        switch $word
            case '--since*'
                set listing any
            case '--route*'
                set listing routes
            case '--interfaces*'
                set listing interfaces
            case '--statistics*'
                set listing statistics
            case '--groups*'
                set listing groups
            case '--masquerade*'
                set listing masquerade
            case '--check*'
                set listing checks
            case '--changes*'
                set listing changes
            case '--delta*'
                set listing deltas
            case '--*' '-A*'
            case '-*r*'
                set listing routes
            case '-*i*'
                set listing interfaces
            case '-*s*'
                set listing statistics
            case '-*g*'
                set listing groups
            case '-*M*'
                set listing masquerade
        end
    end
    switch $listing
        case routes
            string split ' ' 'family source destination prefix_length destination_name gateway gateway_host flags metric references uses mtu advmss window irtt interface cached netns netns_id'
        case interfaces
            string split ' ' 'interface mtu rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed flags hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses netns netns_id'
        case statistics
            string split ' ' 'section name value netns netns_id'
        case groups
            string split ' ' 'interface users group group_host netns netns_id'
        case masquerade
            string split ' ' 'proto expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta netns netns_id'
        case checks
            string split ' ' 'check severity message evidence owners advice netns netns_id'
        case changes
            string split ' ' 'time change seen_seconds state_before proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id'
        case deltas
            string split ' ' 'interface seconds rx_bytes_per_s rx_packets_per_s rx_errors_per_s rx_dropped_per_s rx_overruns_per_s rx_frame_per_s rx_compressed_per_s rx_multicast_per_s tx_bytes_per_s tx_packets_per_s tx_errors_per_s tx_dropped_per_s tx_overruns_per_s tx_collisions_per_s tx_carrier_per_s tx_compressed_per_s netns netns_id section name value value_per_s seconds netns netns_id'
        case sockets
            string split ' ' 'proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id'
        case any
            string split ' ' 'proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id family source destination prefix_length destination_name gateway gateway_host metric uses mtu advmss window irtt cached rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses section name value users group group_host expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta check severity message evidence owners advice time change seen_seconds state_before seconds rx_bytes_per_s rx_packets_per_s rx_errors_per_s rx_dropped_per_s rx_overruns_per_s rx_frame_per_s rx_compressed_per_s rx_multicast_per_s tx_bytes_per_s tx_packets_per_s tx_errors_per_s tx_dropped_per_s tx_overruns_per_s tx_collisions_per_s tx_carrier_per_s tx_compressed_per_s value_per_s flags_before users_before advmss_before window_before irtt_before counter value_before difference per_second'
    end
end

# Prints the formats that fit the command line.
function __rnetstat_formats
    for word in (commandline -opc)
        switch $word
            case '--columns*' '--since*' '--tcp-info*' '--peers*' '--rates*'
                string split ' ' 'table json jsonl csv'
                return
        end
    end
    string split ' ' 'classic table json jsonl csv'
end

complete -c rnetstat -s A -l protocol -d 'Show inet,inet6,unix,ax25,ipx,netrom,rose,x25,ddp' -r -f -a "(__fish_append , inet inet6 unix ax25 ipx netrom rose x25 ddp)"
complete -c rnetstat -l root -d 'Show the system with files in DIR/proc and DIR/etc' -r -f -a "(__fish_complete_directories)"
complete -c rnetstat -l netns -d 'Show network namespaces: all, host, names, PIDs' -r -f
complete -c rnetstat -l byte-order -d 'With --root: its machine\'s byte order, big or little' -r -f -a "big\t''
little\t''"
complete -c rnetstat -l resolve-timeout -d 'Wait at most this long for names [default: 3]' -r -f
complete -c rnetstat -l port -d 'Local or foreign port: 80, 8000-8100, http, !22' -r -f
complete -c rnetstat -l local-port -d 'Local port' -r -f
complete -c rnetstat -l foreign-port -d 'Foreign port' -r -f
complete -c rnetstat -l address -d 'Local or foreign address: ::1, 10.0.0.0/8' -r -f
complete -c rnetstat -l local-address -d 'Local address; \'*\': bound to all addresses' -r -f
complete -c rnetstat -l foreign-address -d 'Foreign address' -r -f
complete -c rnetstat -l state -d 'State: listen,time_wait; !listen for all others' -r -f -a "(__fish_append , established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen closing unknown free listening connecting connected disconnecting conn_sent sabm_sent disc_sent recovery)"
complete -c rnetstat -l pid -d 'PID of an owner' -r -f
complete -c rnetstat -l process -d 'Owner by program or executable: nginx, \'py*\'' -r -f
complete -c rnetstat -l container -d 'Owner by container: name or ID; !web: all others' -r -f
complete -c rnetstat -l unit -d 'Owner by systemd unit: nginx, \'foo@*\'' -r -f
complete -c rnetstat -l pod -d 'Owner by Kubernetes pod: name or UID' -r -f
complete -c rnetstat -l cgroup -d 'Owner by control group: /user.slice/' -r -f
complete -c rnetstat -l user -d 'User who created the socket: name or number' -r -f -a "(__fish_complete_users)"
complete -c rnetstat -l inode -d 'Inode of the socket' -r -f
complete -c rnetstat -l interface -d 'Interface, with -i, -r and -g, too: \'eth*\'' -r -f
complete -c rnetstat -l counter -d 'With -s: counter: \'Tcp*Retrans*\'' -r -f
complete -c rnetstat -l format -d 'Print as classic [default], table, json, jsonl or csv' -r -f -a "(__rnetstat_formats)"
complete -c rnetstat -l color -d 'Use colours in tables: auto [default], always or never' -r -f -a "auto\t''
always\t''
never\t''"
complete -c rnetstat -l columns -d 'Show these fields, in this order (not in classic)' -r -f -a "(__fish_append , (__rnetstat_columns))"
complete -c rnetstat -l sort -d 'Sort by these fields; -FIELD sorts in descending order' -r -f -a "(__fish_append , (__rnetstat_columns))"
complete -c rnetstat -l count-by -d 'Count the rows that share these fields, largest first' -r -f -a "(__fish_append , (__rnetstat_columns))"
complete -c rnetstat -l top -d 'Show only the first N rows' -r -f
complete -c rnetstat -l above -d 'With --count: status 1 if there are more than N' -r -f
complete -c rnetstat -l below -d 'With --count: status 1 if there are fewer than N' -r -f
complete -c rnetstat -l for -d 'Stop after TIME' -r -f
complete -c rnetstat -l times -d 'Stop after N listings' -r -f
complete -c rnetstat -l save -d 'Save the listing to FILE, for --since' -r -f
complete -c rnetstat -l since -d 'Show what has changed since the listing in FILE' -r -f
complete -c rnetstat -l check -d 'Report problems: all checks, or these; list: the names' -r -f
complete -c rnetstat -l kill -d 'Send a signal to the owners [default: TERM]' -f -a "TERM\t''
KILL\t''
HUP\t''
INT\t''
QUIT\t''
USR1\t''
USR2\t''
STOP\t''
CONT\t''"
complete -c rnetstat -l wait -d 'Then wait up to TIME for the sockets to go away' -r -f
complete -c rnetstat -l completions -d 'Print completions for bash, zsh, fish or elvish' -r -f -a "bash\t''
zsh\t''
fish\t''
elvish\t''"
complete -c rnetstat -s r -l route -d 'Show the routing table'
complete -c rnetstat -s i -l interfaces -d 'Show the network interfaces and their counters'
complete -c rnetstat -s s -l statistics -d 'Show the counters of the protocols'
complete -c rnetstat -s g -l groups -d 'Show the multicast groups'
complete -c rnetstat -s M -l masquerade -d 'Show masqueraded connections'
complete -c rnetstat -s a -l all -d 'Include listening sockets; with -i, down interfaces'
complete -c rnetstat -s l -l listening -d 'Show only listening sockets'
complete -c rnetstat -s t -l tcp -d 'Show TCP sockets'
complete -c rnetstat -s u -l udp -d 'Show UDP sockets'
complete -c rnetstat -s U -l udplite -d 'Show UDP-Lite sockets'
complete -c rnetstat -s S -l sctp -d 'Show SCTP sockets'
complete -c rnetstat -s w -l raw -d 'Show raw IP sockets; with -s, IP and ICMP'
complete -c rnetstat -s x -l unix -d 'Show unix domain sockets'
complete -c rnetstat -s 4 -l inet -d 'Show only IPv4 [also: --ip]'
complete -c rnetstat -s 6 -l inet6 -d 'Show only IPv6'
complete -c rnetstat -s F -l fib -d 'With -r: show the forwarding information base [default]'
complete -c rnetstat -s C -l cache -d 'With -r: show the route cache'
complete -c rnetstat -l read-all -d 'With -l: read on after the last listening socket'
complete -c rnetstat -s n -l numeric -d 'Show numbers instead of names'
complete -c rnetstat -l numeric-hosts -d 'Show numbers for hosts'
complete -c rnetstat -l numeric-ports -d 'Show numbers for ports'
complete -c rnetstat -l numeric-users -d 'Show numbers for users'
complete -c rnetstat -l names -d 'Look up host names for JSON and CSV, too'
complete -c rnetstat -s o -l timers -d 'Show timers, and the owner\'s PID in the last column'
complete -c rnetstat -s p -l programs -d 'Show the PID and name of the program that owns each socket'
complete -c rnetstat -l tcp-info -d 'Show TCP internals: round-trip time, window, bytes, queues'
complete -c rnetstat -l peers -d 'Show the process at the other end of each socket'
complete -c rnetstat -l rates -d 'Show the bytes per second of TCP connections'
complete -c rnetstat -s Z -l context -d 'Show the SELinux security context of the owner'
complete -c rnetstat -s e -l extend -d 'Show more columns; with -r, -ee shows all of them'
complete -c rnetstat -s W -l wide -d 'Do not cut addresses, names, commands [also: -T, --notrim]'
complete -c rnetstat -s c -l continuous -d 'Repeat every second until interrupted'
complete -c rnetstat -l delta -d 'With -i or -s and an interval: show the change per second'
complete -c rnetstat -s N -l symbolic -d 'With -r: show numbers for hosts; no effect otherwise'
complete -c rnetstat -s v -l verbose -d 'Report tables that this system does not have'
complete -c rnetstat -s h -l help -d 'Show a short help'
complete -c rnetstat -s V -l version -d 'Show the version; with -v, what the kernel offers'
complete -c rnetstat -l nonzero -d 'With -s: leave out counters that are 0'
complete -c rnetstat -l json -d 'Same as --format json'
complete -c rnetstat -l no-header -d 'Show only rows: no titles, no last line below a table'
complete -c rnetstat -l count -d 'Show only the number of rows'
complete -c rnetstat -l pids -d 'Show only the PIDs of the owners, one on each line'
complete -c rnetstat -l changes -d 'Show only sockets that opened, closed or changed state'
complete -c rnetstat -l close -d 'Close the TCP and UDP sockets, but keep their owners'
complete -c rnetstat -l yes -d 'Do not ask'
complete -c rnetstat -l force -d 'Then send KILL to processes that still have them'
complete -c rnetstat -l dry-run -d 'Only say what would be done'
complete -c rnetstat -l help-all -d 'Show a help with every flag'
complete -c rnetstat -l man -d 'Print the manual, for man -l'
complete -c rnetstat -f -a "tcp udp tcp6 udp6 udplite raw unix"
