#!/usr/bin/env python3
"""Checks the manifests without a cluster: they are YAML, have the fields that batch/v1 knows and no others, keep the rules
that the API server enforces for indexed Jobs and failure policies, and call commands and options that the program has.
  check.py PROGRAM MANIFEST..."""
import re
import subprocess
import sys
import yaml

JOB = {'apiVersion', 'kind', 'metadata', 'spec'}
METADATA = {'name', 'generateName', 'labels', 'annotations'}
JOB_SPEC = {'completionMode', 'completions', 'parallelism', 'backoffLimit', 'ttlSecondsAfterFinished', 'podFailurePolicy',
            'template', 'activeDeadlineSeconds'}
POD_SPEC = {'restartPolicy', 'automountServiceAccountToken', 'securityContext', 'topologySpreadConstraints',
            'initContainers', 'containers', 'nodeSelector', 'tolerations'}
CONTAINER = {'name', 'image', 'command', 'args', 'env', 'envFrom', 'securityContext', 'resources'}
wrong = []


def expect(condition, where, what):
    if not condition:
        wrong.append(f'{where}: {what}')


def known(where, node, names):
    expect(isinstance(node, dict), where, 'expected a mapping')
    for name in set(node) - names:
        expect(False, where, f'unknown field {name}')


def options_of(program, command):
    text = subprocess.run([program, command, '--help'], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r'--[a-z-]+', text))


def check_container(where, container, program):
    known(where, container, CONTAINER)
    expect(re.fullmatch(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?', container.get('name', '')), where, 'name')
    args = container.get('args', [])
    expect(args and all(isinstance(a, str) for a in args), where, 'every argument is a text')
    known_options = options_of(program, args[0])
    for option in (a for a in args[1:] if a.startswith('--')):
        expect(option in known_options, where, f'ydelse {args[0]} has no {option}')
    variables = {e['name'] for e in container.get('env', [])}
    for variable in re.findall(r'\$\((\w+)\)', ' '.join(args)):
        expect(variable in variables, where, f'$({variable}) is not set')
    context = container.get('securityContext', {})
    expect(context.get('allowPrivilegeEscalation') is False, where, 'allowPrivilegeEscalation')
    expect(context.get('readOnlyRootFilesystem') is True, where, 'readOnlyRootFilesystem')
    expect(context.get('capabilities') == {'drop': ['ALL']}, where, 'capabilities')
    expect('memory' in container.get('resources', {}).get('limits', {}), where, 'a limit of memory')


def check_policy(where, policy, pod):
    names = {c['name'] for c in pod['containers'] + pod.get('initContainers', [])}
    for rule in policy['rules']:
        known(where, rule, {'action', 'onExitCodes', 'onPodConditions'})
        expect(rule['action'] in ('Ignore', 'FailJob', 'Count'), where, 'action')
        expect(('onExitCodes' in rule) != ('onPodConditions' in rule), where, 'one requirement a rule')
        codes = rule.get('onExitCodes')
        if codes:
            expect(codes.get('containerName') in names, where, 'containerName')
            expect(codes.get('operator') in ('In', 'NotIn'), where, 'operator')
            values = codes.get('values', [])
            expect(values == sorted(set(values)) and 0 not in values, where, 'values: ordered, each once, no 0')
        for condition in rule.get('onPodConditions', []):
            expect(condition.get('status') in ('True', 'False', 'Unknown'), where, 'status is a text')


def check_job(where, job, program):
    known(where, job, JOB)
    expect((job.get('apiVersion'), job.get('kind')) == ('batch/v1', 'Job'), where, 'apiVersion, kind')
    known(where, job['metadata'], METADATA)
    expect(('name' in job['metadata']) != ('generateName' in job['metadata']), where, 'one of name, generateName')
    spec = job['spec']
    known(where, spec, JOB_SPEC)
    if spec.get('completionMode') == 'Indexed':
        expect(isinstance(spec.get('completions'), int) and isinstance(spec.get('parallelism'), int), where,
               'an indexed Job says how many')
    pod = spec['template']['spec']
    known(where, pod, POD_SPEC)
    expect(pod.get('restartPolicy') == 'Never', where, 'podFailurePolicy needs restartPolicy Never')
    expect(pod.get('securityContext', {}).get('runAsNonRoot') is True, where, 'runAsNonRoot')
    labels = spec['template']['metadata']['labels']
    expect(all(isinstance(v, str) for v in labels.values()), where, 'labels are texts')
    for spread in pod.get('topologySpreadConstraints', []):
        expect(spread['labelSelector']['matchLabels'].items() <= labels.items(), where, 'the spread is of these pods')
    for container in pod['containers'] + pod.get('initContainers', []):
        check_container(f"{where}: {container.get('name')}", container, program)
    if 'podFailurePolicy' in spec:
        check_policy(where, spec['podFailurePolicy'], pod)


def main():
    program, files = sys.argv[1], sys.argv[2:]
    for name in files:
        with open(name, encoding='utf-8') as file:
            text = file.read()
        for place, value in (('@RUN@', '7'), ('@JOBS@', '4'), ('@MONTH@', '2024-03')):
            text = text.replace(place, value)
        expect('@' not in text, name, 'a place is not filled in')
        for job in yaml.safe_load_all(text):
            check_job(name, job, program)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f'{len(files)} manifests, {len(wrong)} mistakes')
    sys.exit(1 if wrong else 0)


main()
