# Prints the columns of the listing that the words ask for.
_rnetstat_columns() {
    local word before listing=sockets
    for word in "$@"; do
        # The value of a list may look like flags.
        case "$before" in
            --sort | --columns | --count-by | =)
                before=
                [ "$word" = = ] && before==
                continue
                ;;
        esac
        before=$word
        case "$word" in
            --since*) listing=any ;;
            --route*) listing=routes ;;
            --interfaces*) listing=interfaces ;;
            --statistics*) listing=statistics ;;
            --groups*) listing=groups ;;
            --masquerade*) listing=masquerade ;;
            --check*) listing=checks ;;
            --changes*) listing=changes ;;
            --delta*) listing=deltas ;;
            --* | -A*) ;;
            -*r*) listing=routes ;;
            -*i*) listing=interfaces ;;
            -*s*) listing=statistics ;;
            -*g*) listing=groups ;;
            -*M*) listing=masquerade ;;
        esac
    done
    case "$listing" in
        routes) echo family source destination prefix_length destination_name gateway gateway_host flags metric references uses mtu advmss window irtt interface cached netns netns_id ;;
        interfaces) echo interface mtu rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed flags hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses netns netns_id ;;
        statistics) echo section name value netns netns_id ;;
        groups) echo interface users group group_host netns netns_id ;;
        masquerade) echo proto expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta netns netns_id ;;
        checks) echo check severity message evidence owners advice netns netns_id ;;
        changes) echo time change seen_seconds state_before proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id ;;
        deltas) echo interface seconds rx_bytes_per_s rx_packets_per_s rx_errors_per_s rx_dropped_per_s rx_overruns_per_s rx_frame_per_s rx_compressed_per_s rx_multicast_per_s tx_bytes_per_s tx_packets_per_s tx_errors_per_s tx_dropped_per_s tx_overruns_per_s tx_collisions_per_s tx_carrier_per_s tx_compressed_per_s netns netns_id section name value value_per_s seconds netns netns_id ;;
        sockets) echo proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id ;;
        any) echo proto recv_q send_q local_address local_port local_host local_service foreign_address foreign_port foreign_host foreign_service state uid user inode timer timer_seconds retransmits probes type flags references pid program processes path local_addresses foreign_addresses interface command commands context comm exe exe_deleted start_time parent_pid cgroup unit slice container container_id container_runtime pod pod_uid proxied_container accept accept_queue accept_queue_limit rtt_us rtt_var_us min_rtt_us congestion cwnd ssthresh mss pmtu retransmits_total lost reordering bytes_sent bytes_acked bytes_received bytes_retransmitted segments_in segments_out delivery_rate_bps pacing_rate_bps busy_ms receive_window_limited_ms send_buffer_limited_ms last_send_ms last_receive_ms not_sent_bytes ecn timestamps window_scale fast_open mptcp ulp mark cookie bound_device dscp rmem_bytes rmem_limit wmem_bytes wmem_limit drops peer peer_inode peer_pid peer_program peer_path paths receive_bytes_per_s send_bytes_per_s total_bytes_per_s netns netns_id family source destination prefix_length destination_name gateway gateway_host metric uses mtu advmss window irtt cached rx_bytes rx_packets rx_errors rx_dropped rx_overruns rx_frame rx_compressed rx_multicast tx_bytes tx_packets tx_errors tx_dropped tx_overruns tx_collisions tx_carrier tx_compressed hardware_type hardware_address queue_length inet_address inet_prefix_length inet_broadcast inet_destination inet6_addresses section name value users group group_host expires source_address source_port destination_address destination_port masquerade_port initial_sequence delta previous_delta check severity message evidence owners advice time change seen_seconds state_before seconds rx_bytes_per_s rx_packets_per_s rx_errors_per_s rx_dropped_per_s rx_overruns_per_s rx_frame_per_s rx_compressed_per_s rx_multicast_per_s tx_bytes_per_s tx_packets_per_s tx_errors_per_s tx_dropped_per_s tx_overruns_per_s tx_collisions_per_s tx_carrier_per_s tx_compressed_per_s value_per_s flags_before users_before advmss_before window_before irtt_before counter value_before difference per_second ;;
    esac
}

# Prints the formats that fit the words.
_rnetstat_formats() {
    local word
    for word in "$@"; do
        case "$word" in
            --columns* | --since* | --tcp-info* | --peers* | --rates*)
                echo table json jsonl csv
                return
                ;;
        esac
    done
    echo classic table json jsonl csv
}

_rnetstat() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    if [[ "${prev}" == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}="
    elif [[ "${COMP_WORDS[COMP_CWORD]}" == "=" ]]; then
        prev="${prev}="
        cur=""
    fi
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="rnetstat"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        rnetstat)
            opts="-r -i -s -g -M -a -l -t -u -U -S -w -x -4 -6 -A -F -C -n -o -p -Z -e -W -c -N -v -h -V --route --interfaces --statistics --groups --masquerade --all --listening --tcp --udp --udplite --sctp --raw --unix --inet --inet6 --protocol --fib --cache --read-all --root --netns --byte-order --numeric --numeric-hosts --numeric-ports --numeric-users --names --resolve-timeout --timers --programs --tcp-info --peers --rates --context --extend --wide --continuous --delta --symbolic --verbose --help --version --port --local-port --foreign-port --address --local-address --foreign-address --state --pid --process --container --unit --pod --cgroup --user --inode --interface --counter --nonzero --format --json --color --columns --sort --count-by --top --no-header --count --above --below --pids --changes --for --times --save --since --check --kill --close --yes --wait --force --dry-run --help-all --completions --man tcp udp tcp6 udp6 udplite raw unix"
            if [[ ( ${cur} == -* && ${prev%=} != --sort ) || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --protocol|--protocol=)
                    COMPREPLY=($(compgen -W "inet inet6 unix ax25 ipx netrom rose x25 ddp" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                -A)
                    COMPREPLY=($(compgen -W "inet inet6 unix ax25 ipx netrom rose x25 ddp" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                --root|--root=)
                    COMPREPLY=()
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o plusdirs
                    fi
                    return 0
                    ;;
                --netns|--netns=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --byte-order|--byte-order=)
                    COMPREPLY=($(compgen -W "big little" -- "${cur}"))
                    return 0
                    ;;
                --resolve-timeout|--resolve-timeout=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --port|--port=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --local-port|--local-port=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --foreign-port|--foreign-port=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --address|--address=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --local-address|--local-address=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --foreign-address|--foreign-address=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --state|--state=)
                    COMPREPLY=($(compgen -W "established syn_sent syn_recv fin_wait1 fin_wait2 time_wait close close_wait last_ack listen closing unknown free listening connecting connected disconnecting conn_sent sabm_sent disc_sent recovery" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                --pid|--pid=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --process|--process=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --container|--container=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --unit|--unit=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --pod|--pod=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --cgroup|--cgroup=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --user|--user=)
                    COMPREPLY=($(compgen -u -P "${cur%"${cur##*[,]}"}" -- "${cur##*[,]}"))
                    return 0
                    ;;
                --inode|--inode=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --interface|--interface=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --counter|--counter=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --format|--format=)
                    COMPREPLY=($(compgen -W "$(_rnetstat_formats "${COMP_WORDS[@]}")" -- "${cur}"))
                    return 0
                    ;;
                --color|--color=)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                --columns|--columns=)
                    COMPREPLY=($(compgen -W "$(_rnetstat_columns "${COMP_WORDS[@]}")" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                --sort|--sort=)
                    COMPREPLY=($(compgen -W "$(_rnetstat_columns "${COMP_WORDS[@]}")" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                --count-by|--count-by=)
                    COMPREPLY=($(compgen -W "$(_rnetstat_columns "${COMP_WORDS[@]}")" -P "${cur%"${cur##*[,!-]}"}" -- "${cur##*[,!-]}"))
                    return 0
                    ;;
                --top|--top=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --above|--above=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --below|--below=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --for|--for=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --times|--times=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --save|--save=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --since|--since=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --check|--check=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --kill=)
                    COMPREPLY=($(compgen -W "TERM KILL HUP INT QUIT USR1 USR2 STOP CONT" -- "${cur}"))
                    return 0
                    ;;
                --wait|--wait=)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --completions|--completions=)
                    COMPREPLY=($(compgen -W "bash zsh fish elvish" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _rnetstat -o nosort -o bashdefault rnetstat
else
    complete -F _rnetstat -o bashdefault rnetstat
fi
