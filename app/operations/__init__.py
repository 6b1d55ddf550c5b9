"""The commands of those who run Alta: deliveries, workers, doctor, backup and restore."""

from app.operations.copies import backup, restore
from app.operations.deliveries import deliveries_group
from app.operations.doctor import doctor
from app.operations.workers import worker_group

COMMANDS = (deliveries_group, worker_group, doctor, backup, restore)
