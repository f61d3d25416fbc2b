// Errors on the way from a name and a password to a phone: discovery, the device list, the device's configuration, dial rules.
import { error } from './entry.ts'

export const provisioningErrors = {
  'discovery-no-records': error(
    'admin',
    'The domain names no servers.',
    'Add SRV records to the domain’s DNS (the detail lists what was asked for), or name the servers in the settings.',
  ),
  'discovery-silent': error(
    'network',
    'The DNS server does not answer.',
    'Check the network connection and discovery.dns.',
    'retryable',
  ),
  'discovery-failed': error(
    'server',
    'The DNS server cannot answer for the domain.',
    'Check the domain’s name servers; the cause holds the answer.',
    'retryable',
  ),
  'devices-unresolved': error(
    'admin',
    'The name of the server that lists the person’s devices has no address.',
    'Check cucm.uds.servers and cucm.ccmcip.servers, and the DNS.',
    'retryable',
  ),
  'devices-refused': error(
    'server',
    'The machine of the server that lists the person’s devices refuses the connection.',
    'Check address and port (8443), and that the service runs there.',
    'retryable',
  ),
  'devices-silent': error(
    'network',
    'The server that lists the person’s devices does not answer.',
    'Check the address and any firewall between here and there.',
    'retryable',
  ),
  'devices-untrusted': error(
    'admin',
    'The certificate of the server that lists the person’s devices is not trusted here.',
    'Give its authority’s certificate in cucm.tls.ca; the cause says what is wrong with it.',
  ),
  'devices-credentials-rejected': error(
    'user',
    'The server that lists the person’s devices does not accept the name or the password.',
    'Check user.name and user.password.',
  ),
  'devices-failed': error(
    'server',
    'The server that lists the person’s devices reports an error of its own.',
    'Look at the server’s log; the cause holds its answer.',
    'retryable',
  ),
  'devices-empty': error(
    'server',
    'The server answered the question for the person’s devices with nothing.',
    'Check that the service that lists devices is activated on the server.',
  ),
  'devices-garbled': error(
    'server',
    'What the server answered to the question for the person’s devices is not a list of devices.',
    'Check that address and port are those of the call manager; the detail tells what is wrong.',
  ),
  'devices-none': error(
    'admin',
    'No device is assigned to the person.',
    'Associate the person with a device on the call manager.',
  ),
  'devices-no-soft-phone': error(
    'admin',
    'None of the person’s devices is a soft phone.',
    'Add a soft-phone device for the person on the call manager; desk phones work without it.',
  ),
  'devices-unknown': error(
    'user',
    'The device that the settings name is none of the person’s.',
    'Check cucm.device; the detail lists the person’s devices.',
  ),
  'device-config-unresolved': error(
    'admin',
    'The name of the server that holds the device’s configuration has no address.',
    'Check cucm.tftp.servers, and the DNS.',
    'retryable',
  ),
  'device-config-refused': error(
    'server',
    'The machine that should hold the device’s configuration refuses the connection.',
    'Check cucm.tftp.servers, and that the TFTP service runs there.',
    'retryable',
  ),
  'device-config-silent': error(
    'network',
    'The server that should hold the device’s configuration does not answer.',
    'Check cucm.tftp.servers and any firewall between here and there.',
    'retryable',
  ),
  'device-config-not-found': error(
    'admin',
    'The server has no configuration for the device.',
    'Check the device’s name on the call manager, and restart its TFTP service if the device is new.',
  ),
  'device-config-denied': error(
    'admin',
    'The server does not give out the device’s configuration.',
    'Check the rights of the file on the server.',
  ),
  'device-config-empty': error(
    'server',
    'The device’s configuration is an empty file.',
    'Restart the TFTP service on the call manager so that it is built again.',
  ),
  'device-config-invalid': error(
    'server',
    'The device’s configuration cannot be read.',
    'The detail tells what is missing or wrong; save the device on the call manager so that it is built again.',
  ),
  'device-config-incomplete': error(
    'network',
    'The device’s configuration broke off while it was fetched.',
    'Nothing: it is tried again. If it stays, look for lost packets on the way to the server.',
    'retryable',
  ),
  'device-config-too-large': error(
    'server',
    'The device’s configuration is larger than any can be.',
    'Check that cucm.tftp.servers names the right server.',
  ),
  'device-config-encrypted': error(
    'admin',
    'The device’s configuration is encrypted.',
    'Turn “TFTP encrypted config” off in the device’s security profile; encrypted files are not supported.',
  ),
  'device-config-no-line': error(
    'admin',
    'The device has no line.',
    'Add a directory number to the device on the call manager.',
  ),
  'dial-rules-unreachable': error(
    'network',
    'The dial rules could not be fetched.',
    'Nothing: the last rules stay in force and it is tried again. The cause tells what stands in the way.',
    'retryable',
  ),
  'dial-rules-invalid': error(
    'admin',
    'The file of dial rules cannot be read.',
    'Publish it again; the last good rules stay in force. The detail tells what is wrong.',
  ),
  'dial-rules-credentials-rejected': error(
    'admin',
    'The call manager’s database does not accept the name or the password.',
    'Check dialRules.axl.user and dialRules.axl.password, and that the user has the AXL right.',
  ),
  'dial-rules-database-failed': error(
    'server',
    'The call manager’s database reports an error.',
    'The cause holds its answer; check that the AXL service is activated.',
    'retryable',
  ),
  'config-file-invalid': error(
    'admin',
    'A file of settings cannot be read.',
    'Correct or remove the file that the detail names; the other settings are in force.',
  ),
  'setting-locked': error(
    'admin',
    'This setting is set by policy.',
    'Ask the administrator; `parley config explain` tells which policy it is.',
  ),
  'secret-store-unusable': error(
    'admin',
    'Secrets cannot be kept on this machine.',
    'Check that the data folder can be written; the detail tells what failed.',
  ),
  'report-invalid': error('user', 'That is no problem report.', 'Give a file that `parley report` wrote.'),
  'devices-credentials-missing': error(
    'user',
    'The server that lists the person’s devices wants a name and a password, and one is missing.',
    'Set user.name and user.password.',
  ),
  'devices-no-server': error(
    'admin',
    'No server that lists the person’s devices is known.',
    'Set cucm.uds.servers or cucm.ccmcip.servers.',
  ),
  'devices-no-service': error(
    'admin',
    'The server does not have the service that lists the person’s devices.',
    'Activate UDS or the IP phone services (CCMCIP) on the call manager, or check the address.',
  ),
  'device-config-untrusted': error(
    'admin',
    'The certificate of the server that holds the device’s configuration is not trusted here.',
    'Give its authority’s certificate in cucm.tls.ca; the cause says what is wrong with it.',
  ),
  'device-config-failed': error(
    'server',
    'The server that holds the device’s configuration reports an error of its own.',
    'Look at the log of its TFTP service; the cause holds its answer.',
    'retryable',
  ),
  'dial-rules-settings-missing': error(
    'admin',
    'The settings do not say where the call manager’s database is, or who may read it.',
    'Set dialRules.axl.servers, dialRules.axl.user and dialRules.axl.password; the detail names what is missing.',
  ),
  'dial-rules-gone': error(
    'admin',
    'The server no longer has the file of dial rules.',
    'Publish it again; the last good rules stay in force. Where there are to be none, publish a file without rules.',
  ),
} as const
