import { goals } from '../goals.mjs';
import { createUsers, filterUsers, getUser, listUsers, patchActive, putUsers } from './requests.mjs';

/** Reads whose cost must not depend on how many people there are. */
export const lookUps = (users) => [
  { name: 'get by id', goal: goals.get, next: getUser(users) },
  { name: 'filter userName eq', goal: goals.filter, next: filterUsers(users, 'userName') },
  { name: 'filter externalId eq', goal: goals.filter, next: filterUsers(users, 'externalId') },
  { name: 'filter work e-mail eq', goal: goals.filter, next: filterUsers(users, 'workEmail') },
];

export const pages = (users) => [
  { name: 'first page of 100', goal: goals.page, connections: 8, next: listUsers(users, 1) },
  { name: 'last page of 100', goal: goals.page, connections: 8, next: listUsers(users, users - 99) },
];

export const userWrites = (users) => [
  { name: 'PATCH active', goal: goals.patchActive, next: patchActive(users) },
  { name: 'PUT', goal: goals.put, next: putUsers(users) },
  { name: 'create', goal: goals.create, next: createUsers(users) },
];
