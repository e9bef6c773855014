/**
 * The filters that EC2 has for what can be described here, implemented or not, up to their first dot.
 * Source: EC2 API Reference, the `Filter.N` of each Describe action.
 */
const KNOWN = new Set(
  `affinity architecture attached-ebs-status auto-recovery-supported availability-zone availability-zone-id
  available-ip-address-count bare-metal block-device-mapping boot-mode burstable-performance-supported
  capacity-reservation-id capacity-reservation-specification cidr cidr-block cidr-block-association client-token
  create-time creation-date current-generation current-instance-boot-mode customer-owned-ipv4-pool
  dedicated-hosts-supported default-for-az description dhcp-options-id dns-name ebs-info ebs-optimized
  ena-support enable-dns64 enclave-options endpoint event free-tier-eligible group-name hibernation-options
  hibernation-supported host-id host-resource-group-arn http-endpoint http-protocol-ipv4 http-tokens hypervisor
  iam-instance-profile image-allowed image-id image-type instance instance-id instance-lifecycle
  instance-state-code instance-state-name instance-status instance-storage-info instance-storage-supported
  instance-type ip-address ipv6-address ipv6-cidr-block-association ipv6-native is-default is-default-version
  is-public kernel-id key key-name launch-index launch-template-name launch-time license-configuration-arn
  maintenance-options manifest-location map-public-ip-on-launch memory-info message metadata-options
  monitoring-state name network-card-index network-info network-interface network-performance-options
  nitro-enclaves-support nitro-tpm-info nitro-tpm-support operator opt-in-status outpost-arn owner-alias
  owner-id parent-zone-id parent-zone-name placement-group-name placement-partition-number platform
  platform-details private-dns-name private-dns-name-options private-dns-name-options-on-launch
  private-ip-address processor-info product-code ram-disk-id ramdisk-id reason region-name requester-id
  reservation-id resource-id resource-type root-device-name root-device-type source-dest-check
  source-image-id source-image-region source-instance-id spot-instance-request-id sriov-net-support state
  state-reason-code state-reason-message subnet-arn subnet-id supported-boot-mode supported-root-device-type
  supported-usage-class supported-virtualization-type system-status tag tag-key tenancy tpm-support
  usage-operation usage-operation-update-time value vcpu-info virtualization-type vpc-id zone-id zone-name
  zone-type`.split(/\s+/),
);

/** Whether EC2 has a filter of this name, for one or another action. */
export function isKnownFilter(name: string): boolean {
  return KNOWN.has(name.replace(/[.:].*$/s, ''));
}
