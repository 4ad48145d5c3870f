#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ovs-vswitchd as the other words say, started again when it has crashed: Open vSwitch 3.1 in user
# space does so under load (an assertion of its connection tracking). The first word is a file of
# devices with their addresses: both go with the process.
addresses=$1; shift
while :; do
  [ -e "$addresses" ] && while read -r device address; do
    until ip addr replace "$address" dev "$device" && ip link set "$device" up; do sleep 0.2; done
  done < "$addresses" 2>/dev/null &
  "$@"
  echo "the switch ended with $?: it is started again"
  kill $! 2>/dev/null
  sleep 0.5
done
