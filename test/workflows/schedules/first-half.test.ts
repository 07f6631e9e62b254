import { playSchedules } from './play-schedules';

playSchedules('first');
