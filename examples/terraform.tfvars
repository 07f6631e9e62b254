# The variables of the Terraform sample with the values that it publishes, but for the domain: an input of
# `kubeflow-eks init --from`.
region                      = "us-east-1"
account_id                  = "xxxxxxx"
eks_name                    = "kubeflow-ts"
iam_role_prefix             = "kubeflow"
iam_poliy_prefix            = "kubeflow"
cpu_worker_type             = "m5.large"
route53_domain              = "demo.acme.example"
cert_alt_names              = ["auth.demo.acme.example", "cognito.auth.demo.acme.example", "kubeflow.demo.acme.example"]
auth_base_domain            = "auth.demo.acme.example"
cognito_domain              = "cognito.auth.demo.acme.example"
kubeflow_domain             = "kubeflow.demo.acme.example"
associate_public_ip_address = true
nodegroup_min_size          = 1
nodegroup_max_size          = 6
nodegroup_desired_size      = 6
ssh_key_name                = "xxxxx"
adfs_url                    = "adfs.demo.acme.example"
lambda_concurreny_enabled   = false
lambda_profile_concurrency  = 10
tags = {
  Name = "Kubeflow-ts"
  ENV  = "DEV"
}
env = "dev"
