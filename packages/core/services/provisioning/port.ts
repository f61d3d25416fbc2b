// What the way from a name and a password to a phone needs of the world: DNS, a list of devices, their configuration.
import type { ErrorValue } from '@openparley/contract'

/** One thing that was asked somewhere, and what came of it. */
export interface Attempt {
  /** https://cucm1.example.com:8443/…, tftp://…, the DNS name: what a person can look at. */
  readonly address: string
  readonly ms: number
  /** What was seen, in few words: "3 devices", "HTTP 401", "NXDOMAIN". */
  readonly evidence: string
  readonly error?: ErrorValue
}

/** What came of all attempts: a value, or the error that tells most. */
export type Tried<T> = {
  readonly attempts: readonly Attempt[]
  /** The address that counts, where it is not that of the last attempt. */
  readonly used?: string
} & ({ readonly value: T } | { readonly error: ErrorValue })

/** Settings that were found, by our names, and where. */
export interface Found {
  readonly from: string
  readonly values: Readonly<Record<string, unknown>>
  /** Names in a file of settings that nobody here knows, and as what they stand there. */
  readonly unknown?: readonly string[]
  readonly kept?: readonly KeptName[]
  /** Every line of a device, by its keys; `values` has what the first one says. */
  readonly lines?: readonly FoundLine[]
  /** Why the file could not be read. */
  readonly error?: ErrorValue
}

/** A line of a device, with what its file says of it alone as settings by our names. */
export interface FoundLine {
  readonly button: number
  readonly number: string
  readonly label: string
  readonly values: Readonly<Record<string, unknown>>
}

export interface KeptName {
  readonly format: 'json' | 'reg' | 'jabber-config'
  readonly at: string
  readonly name: string
  readonly text: string
}

/** A device as the list of the person's devices has it. */
export interface ListedDevice {
  readonly name: string
  readonly description: string
  readonly model: string
}

/** Each asks by the settings in force when it is called, ends within 30 s, and never rejects. */
export interface ProvisioningPort {
  /** The SRV records of the domain: servers that they name. */
  discover(domain: string): Promise<Tried<readonly Found[]>>
  /** The person's devices, which also proves the name and the password: by UDS where servers of it are known, else by CCMCIP. */
  devices(): Promise<Tried<readonly ListedDevice[]>>
  /** The configuration of a device. */
  deviceConfig(device: string): Promise<Tried<Found>>
  /** jabber-config.xml and what else the files' servers hold for everybody; an empty list where there is nothing. */
  commonConfig(): Promise<Tried<readonly Found[]>>
  /** What the call manager chose for the person beside; undefined where it has nothing. */
  serviceProfile(): Promise<Tried<Found | undefined>>
  close(): Promise<void>
}
