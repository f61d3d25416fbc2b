// Errors of the calendar.
import { error } from './entry.ts'

export const calendarErrors = {
  'calendar-none-found': error(
    'admin',
    'The server has no calendar of the person’s.',
    'Give the address of the person’s calendars, or of one of them, in calendar.servers.',
  ),
  'calendar-unreadable': error(
    'server',
    'A part of the calendar cannot be read.',
    'The detail says how much: what is in it does not show. Look at those events in a program for calendars.',
  ),
  'calendar-too-large': error(
    'server',
    'A calendar holds more than is read.',
    'Move what is old, or what is no meeting of the person’s, to a calendar of its own.',
  ),
  'calendar-elsewhere': error(
    'admin',
    'The server sends to another one, which is not given the password.',
    'If that one is right, name it in calendar.servers; the detail has its address.',
  ),
} as const
