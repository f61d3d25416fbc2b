import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readSettings } from '@openparley/contract'
import fc from 'fast-check'
import { EqualityFilter, type Filter, SubstringFilter } from 'ldapts'
import { attributesIn } from './attributes.ts'
import { addressFilter, type FilterOptions, literal, numberFilter, searchFilter } from './filter.ts'

function options(given: Readonly<Record<string, unknown>> = {}): FilterOptions {
  const settings = readSettings({ 'directory.product': 'OpenLDAP', ...given })
  const isActiveDirectory = settings['directory.product'] === 'AD'
  return { settings, isActiveDirectory, attributes: attributesIn(settings, isActiveDirectory) }
}

const text = (filter: Filter | undefined): string => String(filter)

describe('a filter', () => {
  for (const [typed, written] of [
    ['(', '\\28'],
    [')', '\\29'],
    ['*', '\\2a'],
    ['\\', '\\5c'],
    ['\0', '\\00'],
    ['*)(uid=*))(|(uid=*', '\\2a\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a'],
    ['Müller & Söhne', 'Müller & Söhne'],
    ['\ud800', '\ufffd'],
  ] as const)
    test(`has ${JSON.stringify(typed)} as a value and not as syntax`, () => assert.equal(literal(typed), written))

  test('has whatever is typed as one value, and has the form that the setting gives it', () => {
    const own = options({ 'directory.baseFilter': '(objectClass=x)', 'directory.searchFilter': '(|(cn=%s)(sn=*%s*))' })
    const unit = fc.constantFrom('*', '(', ')', '\\', '%s', '$&', '2a', 'é', '\u{1f600}', ' ', 'a', '|', '=', '\ud800')
    fc.assert(
      fc.property(fc.array(unit, { minLength: 1 }), (parts) => {
        const typed = parts.join('')
        const whole = typed.split(' ').filter(Boolean).join(' ')
        fc.pre(whole !== '')
        const read = searchFilter(typed, own) as unknown as { filters: [Filter, { filters: Filter[] }] }
        assert.equal(String(read.filters[0]), '(objectClass=x)')
        const [equal, parted, ...more] = read.filters[1].filters
        assert.ok(equal instanceof EqualityFilter && parted instanceof SubstringFilter && more.length === 0)
        assert.equal(equal.value, whole.toWellFormed())
        assert.deepEqual([parted.initial, parted.any, parted.final], ['', [whole.toWellFormed()], ''])
      }),
    )
  })

  test('looks for each word at the beginning of a name, or anywhere where that is wanted', () => {
    assert.equal(
      text(searchFilter('ann le', options())),
      '(&(objectClass=person)(&(|(cn=ann*)(displayName=ann*)(givenName=ann*)(sn=ann*)(mail=ann*)(uid=ann*)(cn=* ann*)(displayName=* ann*))(|(cn=le*)(displayName=le*)(givenName=le*)(sn=le*)(mail=le*)(uid=le*)(cn=* le*)(displayName=* le*))))',
    )
    assert.match(
      text(searchFilter('ann', options({ 'directory.wildcards': true }))),
      /^\(&\(objectClass=person\)\(\|\(cn=\*ann\*\)/,
    )
  })

  test('leaves it to an Active Directory what a name is, unless that is not wanted', () => {
    const ad = { 'directory.product': 'AD' }
    assert.equal(text(searchFilter('ann lee', options(ad))), '(&(objectCategory=person)(anr=ann lee))')
    assert.equal(text(searchFilter('=ann', options(ad))), '(&(objectCategory=person)(anr=ann))')
    assert.equal(text(searchFilter('==', options(ad))), '(&(objectCategory=person)(!(objectClass=*)))')
    assert.match(text(searchFilter('ann', options({ ...ad, 'directory.useAnr': false }))), /sAMAccountName=ann\*/)
  })

  test('looks for a number where one is typed, and for no more than the first where others are not wanted', () => {
    assert.match(
      text(searchFilter('+1 303', options())),
      /\(telephoneNumber=\+1 303\*\)\(mobile=\+1 303\*\)\(homePhone=/,
    )
    assert.equal(
      text(numberFilter(['2244', '+12244', ''], options({ 'directory.secondaryNumbers': false }))),
      '(&(objectClass=person)(|(telephoneNumber=2244)(telephoneNumber=+12244)))',
    )
    assert.equal(numberFilter([], options()), undefined)
  })

  test('looks for an address as it is, with its scheme, and as an account of the domain', () => {
    const own = { 'directory.attributes': { uri: 'labeledURI' }, 'presence.domain': 'example.com' }
    assert.equal(
      text(addressFilter('ann@Example.com', options(own))),
      '(&(objectClass=person)(|(labeledURI=ann@Example.com)(labeledURI=sip:ann@Example.com)(mail=ann@Example.com)(uid=ann)))',
    )
  })

  test('has nobody for what cannot be typed: servers take a NUL for the end of a text', () => {
    assert.equal(searchFilter('a\0b', options()), undefined)
    assert.equal(addressFilter('a@b\0', options()), undefined)
    assert.equal(numberFilter(['1\0'], options()), undefined)
  })

  test('of an administrator’s is read with its escapes, and one that is none is told', () => {
    assert.match(text(searchFilter('x', options({ 'directory.baseFilter': 'ou=M\\c3\\bcller' }))), /\(ou=Müller\)/)
    for (const broken of ['(cn=', '(&(a=b)', 'no filter', '(a=\\zz)', '(%%)'])
      assert.throws(
        () => searchFilter('x', options({ 'directory.baseFilter': broken })),
        { code: 'setting-invalid' },
        broken,
      )
  })

  test('takes no attribute’s name that would be syntax', () => {
    const own = options({ 'directory.attributes': { commonName: 'cn)(|(uid', email: 'x=*' } })
    assert.deepEqual([own.attributes.commonName, own.attributes.email], [undefined, undefined])
  })
})
