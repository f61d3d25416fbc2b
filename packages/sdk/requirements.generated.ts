// Generated from packages/contract by scripts/generate.ts; not written by hand.
import type { Requirement } from '@openparley/contract'

export const requirements: readonly Requirement[] = [
  {"feature":"calls on the soft phone, any SIP server","device":"–","right":"an account that may register","licence":"–","settings":[["softphone.servers","softphone.user","softphone.password"]],"step":"registration","applications":["communicator","dock","command line"]},
  {"feature":"servers found by the domain’s name","device":"–","right":"–","licence":"–","settings":[["user.name","user.password","user.domain"]],"step":"discovery","applications":["communicator","dock","command line"]},
  {"feature":"the person’s devices","device":"–","right":"an end user of the call manager who is associated with the device (Standard CCM End Users)","licence":"–","settings":[["user.name","user.password","user.domain"],["user.name","user.password","cucm.uds.servers"],["user.name","user.password","cucm.ccmcip.servers"]],"step":"devices","applications":["communicator","dock","command line"]},
  {"feature":"calls on the soft phone, as a device of a call manager","device":"Cisco Unified Client Services Framework","right":"the person is associated with the device","licence":"the device’s own: device licence units or a user licence, by the call manager’s version","settings":[["user.name","user.password","user.domain"],["cucm.tftp.servers","cucm.device"]],"step":"device-config","applications":["communicator","dock","command line"]},
  {"feature":"dial rules by file","device":"–","right":"–","licence":"–","settings":[["cucm.tftp.servers"]],"step":"dial-rules","applications":["communicator","dock","command line"]},
  {"feature":"dial rules from the database","device":"–","right":"an application user who may use AXL (Standard AXL API Access)","licence":"–","settings":[["dialRules.axl.servers","dialRules.axl.user","dialRules.axl.password"]],"step":"dial-rules","applications":["communicator","dock","command line"]},
]
